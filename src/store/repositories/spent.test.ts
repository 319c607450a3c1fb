import './spent.suite.ts'
