package pgtest

// Password is that of the user fisbridge, who owns each server.
const Password = "loopback"
