"""The pages of data protection officers: what is due to go, holds, requests and complaints."""
