"""The edge lock: embargoed addresses are not served before the slot, whatever the CMS does."""
