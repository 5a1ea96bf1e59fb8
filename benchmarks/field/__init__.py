"""Cases from the field: what people reported in public, played against the installed command, and judged."""
