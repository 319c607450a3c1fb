import './rules.suite.ts'
