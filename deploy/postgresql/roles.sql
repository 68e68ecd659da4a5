-- The owner of the tables, used by `migrate` and `restore`, and the role that runs the platform.
CREATE ROLE platform_owner LOGIN;   -- \password platform_owner
CREATE ROLE platform LOGIN;         -- \password platform
CREATE DATABASE platform OWNER platform_owner ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8' TEMPLATE template0;
\connect platform
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO platform_owner;
GRANT USAGE ON SCHEMA public TO platform;
ALTER DEFAULT PRIVILEGES FOR ROLE platform_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO platform;
ALTER DEFAULT PRIVILEGES FOR ROLE platform_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO platform;

-- The platform asks for these when it connects. PgBouncer does not pass them on, so the role has them as well.
ALTER ROLE platform SET jit = off;
ALTER ROLE platform SET lock_timeout = '5s';
ALTER ROLE platform SET statement_timeout = '60s';
