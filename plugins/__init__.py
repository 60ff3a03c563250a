"""The plugins that come with pubguard; they import only pubguard."""
