"""The records of export-task objects as DuckDB reads them: SQL of a relation with one struct, `r`."""

FIELDS = {
    "timestamp": "VARCHAR",
    "tenant_id": "VARCHAR",
    "user_id": "VARCHAR",
    "model_id": "VARCHAR",
    "input_tokens": "BIGINT",
    "output_tokens": "BIGINT",
    "total_tokens": "BIGINT",
    "event_type": "VARCHAR",
    "request_id": "VARCHAR",
    "cache_read_input_tokens": "BIGINT",
    "cache_write_input_tokens": "BIGINT",
}


def records(folder, fields):
    """SQL of the records with these fields; a line delivered twice is there twice."""
    structure = ", ".join(f'"{field}": "{FIELDS[field]}"' for field in fields)
    return f"""
        SELECT from_json(substr(line, 26), '{{{structure}}}') AS r
        FROM read_csv('{folder}/*.gz', columns = {{'line': 'VARCHAR'}}, delim = '\\x01',
                      quote = '', escape = '', header = false, auto_detect = false)
        WHERE line LIKE '%bedrock_token_usage%'
    """
