import './journal.suite.ts'
