/** What the rule action queue knows of files that nobody claims, beside what it knows of torrents. */
import type {DecisionFacts} from '#model/decision.ts'
import type {OrphanRules} from '#orphans/orphan-rules.ts'

type Listed = Pick<OrphanRules, 'readers' | 'subject' | 'lookAtRoom'>

/** @param torrents what is known of everything else */
export function factsWithPaths(torrents: DecisionFacts, listed: Listed): DecisionFacts {
  return {
    async glance(subject) {
      if (subject.kind !== 'path') await torrents.glance(subject)
    },
    async refresh(subject, names, isGrave) {
      if (subject.kind === 'path') await listed.lookAtRoom(subject)
      else await torrents.refresh(subject, names, isGrave)
    },
    async arrChecked(subject) {
      if (subject.kind !== 'path') await torrents.arrChecked(subject)
    },
    async lookAgain(subject, names) {
      if (subject.kind !== 'path') await torrents.lookAgain(subject, names)
    },
    fact(subject, name) {
      if (subject.kind !== 'path') return torrents.fact(subject, name)
      const path = listed.subject(subject)
      return path
        ? listed.readers.fact(name, null, path)
        : {unknown: 'missing', since: null, source: 'Commodarr'}
    },
    isOld: (subject) => subject.kind !== 'path' && torrents.isOld(subject),
    torrent: (subject) => torrents.torrent(subject),
    download: (subject) => torrents.download(subject),
  }
}
