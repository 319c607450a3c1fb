import './history.suite.ts'
