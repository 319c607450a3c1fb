import './rule-memory.suite.ts'
