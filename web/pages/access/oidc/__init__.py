"""What the register says to providers with whom people sign in (OIDC), and takes from them."""
