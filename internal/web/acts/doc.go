// Package acts owns what people do in the console: each act is a page that shows what it is about and what happens then,
// asks for a reason, and carries what was seen. When the subject has moved since, nothing is done, and both states are
// shown.
//
// It guarantees that nothing happens by GET, that each act is done once however often the button is pressed, and that
// the person in the history is the one who is signed in.
package acts
