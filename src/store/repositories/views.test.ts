import './views.suite.ts'
