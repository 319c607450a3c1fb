import './searches.suite.ts'
