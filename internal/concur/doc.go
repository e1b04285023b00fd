// Package concur is the client of SAP Concur's Financial Integration Service (FIS v4): tokens, the list of ready
// documents, acknowledgements, posting and payment confirmations. It is the core of its neighbours as well: they are
// rooms beside it, and make their calls by Client.Do with the same token, location, limits, waiting and repeats.
//
// What it guarantees:
//   - A rotated refresh token is in the TokenStore before the access token that came with it is used.
//   - Each ready document is handed over exactly once a walk, whether the server's pages shift or stand still.
//   - Each id that is sent comes back as one Answer with a Consequence; an id that the service did not answer is Unknown, never done.
//   - A POST whose answer was lost is not repeated here: the caller learns from CallError.Sent that the work may be done.
//   - Links in answers are never followed; redirects neither. No secret and no payload reaches an error or a log.
package concur
