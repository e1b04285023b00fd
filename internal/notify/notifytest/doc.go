// Package notifytest tries what people are told with the program as users get it: against a mail server with TLS, a
// receiver of webhooks that checks signatures by the library of Standard Webhooks, and a heartbeat; killed between the
// steps, and with servers that are away.
package notifytest
