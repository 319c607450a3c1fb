import './sagas.suite.ts'
