import './downloads.suite.ts'
