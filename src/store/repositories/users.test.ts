import './users.suite.ts'
