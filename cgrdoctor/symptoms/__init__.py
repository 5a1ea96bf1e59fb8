"""What clients print when a pull fails, and what that can mean: `cgrdoctor explain TEXT`. No network, no engine."""
