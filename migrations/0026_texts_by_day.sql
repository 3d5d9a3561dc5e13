-- The names that submitters choose, those of the same day side by side.
--
-- Why:       0024 put four days together. Of a month that is full that is some six hundred pages for each of three indexes, which a new job
--            goes to at random; of a day it is a quarter of them. docs/decisions/0032-texts-by-day.md has the figures.
--            What asks by report.text_key and report.text_keys stays as it is, and looks into 31 places of a month, not eight.
-- Locks:     mps.job is locked against readers and writers until this is done: the lock that dropping an index takes is held to the end.
--            Give it a quiet moment: a sync that meets it fails its run and the next one goes on.
-- Time:      about four seconds for each million jobs.
-- Roll back: drop index mps.job_user_data_idx, mps.job_input_object_idx, mps.job_output_object_idx;
--            report.text_key and report.text_keys as in 0024;
--            create index job_user_data_idx on mps.job (report.text_key(creation_time, user_data));
--            create index job_input_object_idx on mps.job (report.text_key(creation_time, input_object));
--            create index job_output_object_idx on mps.job (report.text_key(creation_time, output_object));
--            comment on function report.text_key is
--              'What the indexes of user_data, input_object and output_object hold of a job: when it was created, to within days, and the hash of the text';

drop index mps.job_user_data_idx, mps.job_input_object_idx, mps.job_output_object_idx;

-- Five bits for the day of the month; the rest is the text's hash.
create or replace function report.text_key(creation_time timestamptz, text text) returns bigint
language sql immutable parallel safe
return (date_part('day', creation_time at time zone 'UTC')::bigint << 58) | (hashtextextended(text, 0) & (1::bigint << 58) - 1);

create or replace function report.text_keys(text text) returns bigint[] language sql immutable strict parallel safe
return array(
  select (day << 58) | (hashtextextended(text, 0) & (1::bigint << 58) - 1) from generate_series(1::bigint, 31) as day);

comment on function report.text_key is
  'What the indexes of user_data, input_object and output_object hold of a job: the day of the month on which it was created, and the hash of the text';

create index job_user_data_idx on mps.job (report.text_key(creation_time, user_data));
create index job_input_object_idx on mps.job (report.text_key(creation_time, input_object));
create index job_output_object_idx on mps.job (report.text_key(creation_time, output_object));
