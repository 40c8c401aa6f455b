"""One file a source. Each registers its class; the door finds them by looking into this folder."""
