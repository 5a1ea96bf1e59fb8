"""Whether a policy of Xray or Curation spoke."""
