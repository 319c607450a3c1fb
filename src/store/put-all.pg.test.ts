import './put-all.suite.ts'
