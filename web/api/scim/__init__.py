"""SCIM 2.0: how identity providers such as Entra ID and Okta keep people and groups up to date."""
