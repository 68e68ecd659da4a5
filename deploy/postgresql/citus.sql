-- For an installation whose largest tables outgrow one machine (docs/scaling.md, step 3; tried with Citus 13.2.2 on PostgreSQL 15):
-- spreads them by member over the workers; everything else stays where it is, on the coordinator. Instead of partitions.sql.
-- On the coordinator, as superuser, with the workers added (citus_add_node), the platform stopped, after a backup; once:
--     psql -v ON_ERROR_STOP=1 -f citus.sql
-- The primary key becomes (id, member_id), which Citus asks for. Foreign keys of the three tables go, for Citus keeps none to a
-- table that stays on the coordinator: check_integrity proves what the dues among them proved.
CREATE PROCEDURE spread_by_member(plain regclass) LANGUAGE plpgsql AS $body$
DECLARE
    name text := plain::text;
    triggers text[];
    step text;
BEGIN
    IF EXISTS (SELECT FROM pg_constraint WHERE contype = 'f' AND confrelid = plain) THEN
        RAISE EXCEPTION 'other tables point to %', name;
    END IF;
    SELECT coalesce(array_agg(pg_get_triggerdef(oid)), '{}') INTO triggers
        FROM pg_trigger WHERE tgrelid = plain AND NOT tgisinternal;
    FOR step IN SELECT format('ALTER TABLE %I DROP CONSTRAINT %I', name, conname) FROM pg_constraint
        WHERE conrelid = plain AND contype IN ('f', 'p') LOOP
        EXECUTE step;
    END LOOP;
    FOR step IN SELECT format('DROP TRIGGER %I ON %I', tgname, name) FROM pg_trigger
        WHERE tgrelid = plain AND NOT tgisinternal LOOP
        EXECUTE step;
    END LOOP;
    EXECUTE format('ALTER TABLE %I ADD PRIMARY KEY (id, member_id)', name);
    PERFORM create_distributed_table(plain, 'member_id');
    PERFORM truncate_local_data_after_distributing_table(plain);
    -- The refusal to change the ledger comes back on every part, and holds on the workers too.
    FOREACH step IN ARRAY triggers LOOP
        EXECUTE step;
    END LOOP;
END
$body$;

-- Triggers on such tables have to be allowed: here, and in every later session. Those of the ledger only refuse.
SET citus.enable_unsafe_triggers = on;
SELECT format('ALTER DATABASE %I SET citus.enable_unsafe_triggers = on', current_database()) \gexec

CALL spread_by_member('eforefront_attendance');
CALL spread_by_member('eforefront_duesmonth');
CALL spread_by_member('eforefront_duesentry');
DROP PROCEDURE spread_by_member;
