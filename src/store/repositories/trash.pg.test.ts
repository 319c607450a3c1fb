import './trash.suite.ts'
