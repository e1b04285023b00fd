// Package term owns what the commands write to people: the streams of the process, sentences, lists of names and
// values, tables that fit the width, workbooks of tables, progress, and questions to somebody who types.
//
// It is the one door to the terminal: nobody else holds a stream of the process. What comes here is data. A value that
// is put into a sentence is made visible, so that it cannot end its line, and whatever is neither text nor a colour of
// ours nor the end of a line of ours leaves as an escape that can be seen. Machines get JSON by the same door
// (WriteJSON), and bytes as they are by Stream.Bytes.
package term
