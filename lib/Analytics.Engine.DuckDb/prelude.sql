-- Spark's names on DuckDB, so that one SQL text runs on both engines. One macro a statement; each has a test.
create or replace macro to_date(t) as cast(t as date);
create or replace macro unix_date(d) as cast(d - date '1970-01-01' as integer);
create or replace macro date_from_unix_date(n) as date '1970-01-01' + cast(n as integer);
create or replace macro date_add(d, n) as cast(d as date) + cast(n as integer);
create or replace macro date_sub(d, n) as cast(d as date) - cast(n as integer);
create or replace macro collect_list(x) as coalesce(list(x) filter (where x is not null), []);
create or replace macro collect_set(x) as coalesce(list(distinct x) filter (where x is not null), []);
create or replace macro size(x) as cast(len(x) as integer);
create or replace macro explode(x) as unnest(x);
create or replace macro sort_array(x) as list_sort(x, 'asc', 'nulls first');
create or replace macro array_join(x, separator) as array_to_string(x, separator);
create or replace macro element_at(x, i) as list_extract(x, i);
create or replace macro percentile(x, p) as quantile_cont(cast(x as double), p);
create or replace macro sha2(x, bits) as case when bits in (0, 256) then sha256(x) else error('sha2: 0 or 256 bits, nothing else') end;
create or replace macro unix_micros(t) as epoch_us(t);
create or replace macro timestamp_micros(n) as make_timestamp(cast(n as bigint));
create or replace macro nvl(x, y) as coalesce(x, y);
create or replace macro regexp_like(x, pattern) as regexp_matches(x, pattern);
