// Package worlds holds no code, only tests of the program as a whole: it is built, and run in a working folder with
// everything around it, the service, an SFTP server and the ERP, each simulated or the real one. The program is killed
// between any two steps, its files, disk, server and clock fail, people give commands meanwhile, and then every
// document lies in exactly one file, confirmed and paid once, by the record of those around it (invariants_test.go).
package worlds
