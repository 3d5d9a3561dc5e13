-- The role that reads the reports and nothing else.
--
-- Why:       dashboards and analysts connect with a role that can change nothing and sees no table, only the views.
--            To let somebody in: create role grafana login password '…' in role mps_reader;
-- Locks:     none that matters.
-- Time:      well under a second.
-- Needs:     the right to create roles. Where the migrating role lacks it, the migration says so and goes on. Then run
--            as an administrator: create role mps_reader nologin;
--            and as the role that migrates: select mps.grant_reader();
-- Roll back: drop owned by mps_reader; drop function mps.grant_reader; drop role mps_reader;
--            (the role is the server's: where another database has a copy too, leave it)

-- Makes the role where it is missing, and grants what it is for. Views read with their owner's rights, so it needs
-- none on mps.
create function mps.grant_reader(reader name default 'mps_reader') returns void language plpgsql as $$
begin
  if not exists (select from pg_roles where rolname = reader) then
    begin
      execute format('create role %I nologin', reader);
    exception
      when duplicate_object or unique_violation then null;
      when insufficient_privilege then
        raise warning 'the role % was not made, because % may not create roles: run "create role % nologin" as an administrator, then "select mps.grant_reader()" as %',
          reader, current_user, reader, current_user;
        return;
    end;
  end if;
  execute format('grant usage on schema report to %I', reader);
  execute format('grant select on all tables in schema report to %I', reader);
  execute format('alter default privileges in schema report grant select on tables to %I', reader);
end $$;

select mps.grant_reader();
