// Package webtest drives the console as people do: the real program beside its simulators, and a real browser.
package webtest
