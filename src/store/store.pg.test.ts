import './store.suite.ts'
