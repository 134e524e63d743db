-- Rejected records by rule and column: the first few of each by file and line, with how many there are.
with ranked as (
    select r.rule, r.column as target, r.source_file, r.source_line, r.value, r.raw,
        row_number() over (partition by r.rule, r.column order by r.source_file nulls first, r.source_line nulls first) as position,
        count(*) over (partition by r.rule, r.column) as records
    from rejects r
)
select rule, target, cast(records as bigint) as records, source_file, source_line, value, raw
from ranked
where position <= :shown
order by rule nulls first, target nulls first, position nulls first
