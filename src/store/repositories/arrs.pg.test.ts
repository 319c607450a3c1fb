import './arrs.suite.ts'
