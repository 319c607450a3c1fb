import './sessions.suite.ts'
