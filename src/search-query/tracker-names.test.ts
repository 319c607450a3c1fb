import {expect, test} from 'vitest'
import {filterOf} from './filter-of.ts'
import {reader} from './reader.fixture.ts'
import {conditionIn} from './rule-condition.ts'

const trackers = [
  {name: 'Tidemark', hosts: ['tidemark.example', '*.tidemark.example']},
  {name: 'Two words', hosts: ['t.two.example']},
]
const trackersIn = (q: string) => filterOf(q, {...reader, trackers}).filter.trackers

test('the name of a tracker stands for its hosts, in any case, and any other word is a host', () => {
  const hosts = ['tidemark.example', '*.tidemark.example']
  expect(trackersIn('tracker:TIDEMARK')).toEqual({any: hosts})
  expect(trackersIn('tracker:"two words"')).toEqual({any: ['t.two.example']})
  expect(trackersIn('-tracker:tidemark')).toEqual({none: hosts})
  expect(trackersIn('tracker:tidemark,other.example')).toEqual({any: [...hosts, 'other.example']})
  expect(trackersIn('tracker:tide')).toEqual({any: ['tide']})
  expect(filterOf('tracker:tidemark', reader).filter.trackers).toEqual({any: ['tidemark']})
})

test('the only tracker of torrents is named as well, and where trackers are not all known it is not found', () => {
  const only = (q: string) => filterOf(q, {...reader, trackers})
  expect(only('only_tracker:"Two words"').filter.onlyTrackers).toEqual([
    {hosts: ['t.two.example'], negated: false},
  ])
  expect(only('-only_tracker:tidemark').filter.onlyTrackers).toEqual([
    {hosts: ['tidemark.example', '*.tidemark.example'], negated: true},
  ])
  expect(only('-only_tracker:none')).toMatchObject({
    filter: {},
    mistakes: [{code: 'unknown_value', suggestion: '-tracker:none'}],
  })
  expect(conditionIn('only_tracker:t.two.example').condition).toEqual({
    fact: 'tracker.hosts',
    op: 'in',
    value: ['t.two.example'],
  })
  expect(conditionIn('only_tracker:"Two words"').mistakes).toMatchObject([{code: 'not_in_rules'}])
})

test('an announce address finds its host, a port is left out, and a name of other letters has the spelling of addresses', () => {
  expect(trackersIn('tracker:t.two.example:2710')).toEqual({any: ['t.two.example']})
  expect(trackersIn('tracker:"https://T.Two.example/announce?passkey=x"')).toEqual({any: ['t.two.example']})
  expect(trackersIn('tracker:Bücher.example')).toEqual({any: ['xn--bcher-kva.example']})
  expect(conditionIn('tracker:bücher.example').condition).toMatchObject({value: ['xn--bcher-kva.example']})
  expect(trackersIn('tracker:"a: b"')).toEqual({any: ['a: b']})
})

test('what is written as a host is that host, also where a tracker of other hosts is called so', () => {
  const named = [{name: 'other.example', hosts: ['tidemark.example']}]
  const {filter} = filterOf('tracker:Other.example', {...reader, trackers: named})
  expect(filter.trackers).toEqual({any: ['other.example']})
})

test('a name that is no host by its form is found by it, a dot or not, and a rule refuses to guess', () => {
  const named = [{name: 'TL.', hosts: ['tidemark.example']}]
  expect(filterOf('tracker:TL.', {...reader, trackers: named}).filter.trackers).toEqual({
    any: ['tidemark.example'],
  })
  expect(conditionIn('tracker:TL.').mistakes).toHaveLength(1)
  // Read as that host by both.
  const local = [{name: 'localhost', hosts: ['tidemark.example']}]
  expect(filterOf('tracker:localhost', {...reader, trackers: local}).filter.trackers).toEqual({
    any: ['localhost'],
  })
  expect(conditionIn('tracker:localhost').mistakes).toEqual([])
})
