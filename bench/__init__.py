"""What our pages are measured against. A tool for development: no installed app, never served."""
