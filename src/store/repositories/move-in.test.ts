import './move-in.suite.ts'
