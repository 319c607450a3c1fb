import './audit.suite.ts'
