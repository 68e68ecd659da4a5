-- After each `migrate`, as platform_owner: what the running role may never change or delete. The triggers forbid the same.
REVOKE UPDATE, DELETE, TRUNCATE ON audit_record FROM platform;
REVOKE DELETE, TRUNCATE ON audit_chainhead, audit_alarm FROM platform;
