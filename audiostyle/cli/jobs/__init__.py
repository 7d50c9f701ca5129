"""The work of a verb on one input; what worker processes unpickle and run."""
