import './torrent-facts.suite.ts'
