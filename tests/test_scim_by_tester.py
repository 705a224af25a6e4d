"""What scim2-tester says of the register's SCIM: everything it asks is answered as the RFCs say."""

from __future__ import annotations
