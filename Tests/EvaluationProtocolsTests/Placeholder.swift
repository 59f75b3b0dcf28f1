// Tests of the protocol document stand here.
