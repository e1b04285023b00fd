// Package frame owns what all commands have in common: the streams and flags of the process, the clock, who acts, the
// working folder as desk opens it, how a command ends, and what is wrong with a command line in words of ours.
//
// It guarantees that every command ends with a documented exit code, and every failure with a message and a way out;
// that machines who asked for JSON get JSON whatever happened; and that a file that a command writes is there whole or
// not at all.
package frame
