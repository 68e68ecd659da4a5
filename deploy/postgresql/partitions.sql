-- For an installation whose largest tables outgrow one file each (docs/scaling.md): parts them by member, without a change of
-- the code. As platform_owner, with the platform stopped, after a backup; once:   psql -v ON_ERROR_STOP=1 -f partitions.sql
-- Columns, defaults, checks, indexes, foreign keys, triggers and grants are those the migrations made. The primary key becomes
-- (id, member_id), which PostgreSQL asks for; the sequence goes on. Whatever another table points to is left as it is.
CREATE PROCEDURE part_by_member(plain regclass, parts integer) LANGUAGE plpgsql AS $body$
DECLARE
    name text := plain::text;
    numbers text := name || '_number';
    indexes text[];
    keys text[];
    triggers text[];
    grants text[];
    step text;
BEGIN
    IF EXISTS (SELECT FROM pg_constraint WHERE contype = 'f' AND confrelid = plain) THEN
        RAISE EXCEPTION 'other tables point to %', name;
    END IF;
    SELECT array_agg(pg_get_indexdef(indexrelid)) INTO indexes FROM pg_index i
        WHERE indrelid = plain AND NOT indisprimary
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid AND contype = 'u');
    SELECT array_agg(format('ALTER TABLE %I ADD CONSTRAINT %I %s', name, conname, pg_get_constraintdef(oid))) INTO keys
        FROM pg_constraint WHERE conrelid = plain AND contype IN ('u', 'f');
    SELECT array_agg(pg_get_triggerdef(oid)) INTO triggers FROM pg_trigger WHERE tgrelid = plain AND NOT tgisinternal;
    SELECT array_agg(format('GRANT %s ON %I TO %I', privilege_type, name, grantee)) INTO grants
        FROM information_schema.table_privileges
        WHERE table_name = name AND table_schema = current_schema AND grantee <> current_user;

    EXECUTE format('ALTER TABLE %I RENAME TO %I', name, name || '_plain');
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE) PARTITION BY HASH (member_id)', name, name || '_plain');
    FOR part IN 0 .. parts - 1 LOOP
        EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES WITH (MODULUS %s, REMAINDER %s)', name || '_' || part, name, parts, part);
    END LOOP;
    EXECUTE format('INSERT INTO %I SELECT * FROM %I', name, name || '_plain');
    EXECUTE format('CREATE SEQUENCE %I', numbers);
    EXECUTE format('SELECT setval(%L, nextval(pg_get_serial_sequence(%L, ''id'')))', numbers, name || '_plain');
    EXECUTE format('DROP TABLE %I', name || '_plain');
    EXECUTE format('ALTER TABLE %I ALTER id SET DEFAULT nextval(%L)', name, numbers);
    EXECUTE format('ALTER SEQUENCE %I OWNED BY %I.id', numbers, name);
    EXECUTE format('ALTER TABLE %I ADD PRIMARY KEY (id, member_id)', name);
    FOREACH step IN ARRAY indexes || keys || triggers || grants LOOP
        EXECUTE step;
    END LOOP;
    FOR step IN SELECT DISTINCT grantee FROM information_schema.table_privileges
        WHERE table_name = name AND grantee <> current_user LOOP
        EXECUTE format('GRANT USAGE, SELECT ON SEQUENCE %I TO %I', numbers, step);
    END LOOP;
    EXECUTE format('ANALYZE %I', name);
END
$body$;

CALL part_by_member('eforefront_attendance', 16);
CALL part_by_member('eforefront_duesmonth', 16);
CALL part_by_member('eforefront_duesentry', 16);
DROP PROCEDURE part_by_member;
