import fc from 'fast-check'
import {SaxesParser} from 'saxes'
import {expect, test} from 'vitest'
import {Garbled, RpcFault, type RpcResult, type RpcRow, type RpcValue} from './rpc.ts'
import {writeXmlRpc, XmlRpcScanner} from './xmlrpc.ts'

const head = '<?xml version="1.0" encoding="UTF-8"?>\r\n<methodResponse>\r\n'
const whole = (value: string): string =>
  `${head}<params>\r\n<param>${value}</param>\r\n</params>\r\n</methodResponse>\r\n`

/** Reads a document in pieces of the given sizes. */
function scan(
  document: string | Buffer,
  {calls = 1, hasRows = false, sizes = [1 << 20]}: {calls?: number; hasRows?: boolean; sizes?: number[]} = {},
): {rows: RpcRow[]; results: RpcResult[]} {
  const bytes = Buffer.from(document)
  const scanner = new XmlRpcScanner(calls, hasRows)
  const rows: RpcRow[] = []
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length]!
    scanner.feed(bytes.subarray(at, at + size))
    for (let row = scanner.nextRow(); row; row = scanner.nextRow()) rows.push(row)
    at += size
  }
  return {rows, results: scanner.finish()}
}

/* ───────────────────────────── the oracle ───────────────────────────── */

type Text = {readonly kind: 'string' | 'i8' | 'i4' | 'bare'; readonly text: string}
type Tree =
  | Text
  | {readonly kind: 'array'; readonly items: readonly Tree[]}
  | {readonly kind: 'struct'; readonly members: readonly (readonly [string, Tree])[]}

/** Any text XML can carry, with the signs that hurt. */
const texts = fc.oneof(
  fc.string({
    unit: fc.constantFrom('<', '>', '&', '"', "'", ']', '[', ' ', 'a', 'é', '☃', '😀', '\n', '-', '!'),
    maxLength: 12,
  }),
  fc.constantFrom('', ']]>', '<!--', '&amp;', '</value>', '<value><i8>1</i8></value>', 'plain name'),
)
const {tree} = fc.letrec<{tree: Tree}>((tie) => ({
  tree: fc.oneof(
    {maxDepth: 4},
    fc.record({kind: fc.constantFrom('string' as const, 'bare' as const), text: texts}),
    fc.record({kind: fc.constantFrom('i8' as const, 'i4' as const), text: fc.integer().map(String)}),
    fc.record({kind: fc.constant('array' as const), items: fc.array(tie('tree'), {maxLength: 4})}),
    fc.record({
      kind: fc.constant('struct' as const),
      members: fc.array(fc.tuple(texts, tie('tree')), {maxLength: 3}),
    }),
  ),
}))

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
const numeric = (text: string): string =>
  [...text].map((char) => `&#x${char.codePointAt(0)!.toString(16)};`).join('')
const cdata = (text: string): string => `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`
const styles = [escape, numeric, cdata, (text: string) => `<!-- <value> -->${escape(text)}`]

function write(node: Tree, style: (text: string) => string, gap: string): string {
  if (node.kind === 'array') {
    const items = node.items.map((item) => write(item, style, gap)).join(gap)
    return `<value>${gap}<array><data>${gap}${items}</data>${gap}</array></value>`
  }
  if (node.kind === 'struct') {
    const members = node.members.map(
      ([name, member]) => `<member><name>${style(name)}</name>${gap}${write(member, style, gap)}</member>`,
    )
    return `<value><struct>${gap}${members.join(gap)}</struct></value>`
  }
  const text = style(node.text)
  return node.kind === 'bare'
    ? `<value>${text}</value>`
    : `<value>${gap}<${node.kind}>${text}</${node.kind}>${gap}</value>`
}

interface Element {
  readonly name: string
  readonly children: Element[]
  text: string
}

/** The same document through a whole XML parser. */
function oracle(document: string): RpcValue {
  const root: Element = {name: '', children: [], text: ''}
  const open = [root]
  const parser = new SaxesParser()
  parser.on('opentag', ({name}) => {
    const element: Element = {name, children: [], text: ''}
    open.at(-1)!.children.push(element)
    open.push(element)
  })
  const addText = (text: string): void => void (open.at(-1)!.text += text)
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.on('closetag', () => void open.pop())
  parser.on('error', (error) => {
    throw error
  })
  parser.write(document).close()
  return valueOf(root.children[0]!.children[0]!.children[0]!.children[0]!)
}

function valueOf(value: Element): RpcValue {
  const [typed] = value.children
  if (!typed) return value.text
  if (typed.name === 'i8' || typed.name === 'i4') return Number(typed.text)
  if (typed.name === 'array') return typed.children[0]!.children.map(valueOf)
  if (typed.name !== 'struct') return typed.text
  return Object.fromEntries(typed.children.map(({children}) => [children[0]!.text, valueOf(children[1]!)]))
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

test('reads any document, cut anywhere, as a whole parser does', () => {
  fc.assert(
    fc.property(
      tree,
      fc.nat({max: styles.length - 1}),
      fc.constantFrom('', '\r\n', '  '),
      fc.array(fc.integer({min: 1, max: 9}), {minLength: 1, maxLength: 5}),
      (node, style, gap, sizes) => {
        const document = whole(write(node, styles[style]!, gap))
        expect(plain(scan(document, {sizes}).results[0])).toEqual(plain(oracle(document)))
      },
    ),
    {numRuns: 400},
  )
})

test('rows come out one by one, the same as in the whole value', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(tree, {maxLength: 4}), {maxLength: 6}),
      fc.array(fc.integer({min: 1, max: 40}), {minLength: 1, maxLength: 3}),
      (rows, sizes) => {
        const list: Tree = {kind: 'array', items: rows.map((items) => ({kind: 'array', items}))}
        const document = whole(write(list, escape, '\r\n'))
        const read = scan(document, {hasRows: true, sizes})
        expect(plain(read.rows)).toEqual(plain(oracle(document)))
        expect(read.results).toEqual([[]])
      },
    ),
    {numRuns: 200},
  )
})

test('an answer cut at any byte is never taken for whole', () => {
  const document = Buffer.from(
    whole(
      '<value><array><data><value><array><data><value><i8>-12</i8></value><value><string>ä&amp;</string></value></data></array></value></data></array></value>',
    ),
  )
  const end = document.lastIndexOf('>')
  for (let length = 0; length < end; length++) {
    expect(() => scan(document.subarray(0, length), {hasRows: true}), `${length} bytes`).toThrow(Garbled)
  }
})

/* ───────────────────────────── what daemons do ───────────────────────────── */

test('a batch answers one result per call, faults among them', () => {
  const fault =
    "<value><struct><member><name>faultCode</name><value><i4>-506</i4></value></member><member><name>faultString</name><value><string>Method 'nope' not defined</string></value></member></struct></value>"
  const one = (value: string): string => `<value><array><data>${value}</data></array></value>`
  const document = whole(
    `<value><array><data>${one('<value><i8>7</i8></value>')}${fault}${one('<value><array><data></data></array></value>')}</data></array></value>`,
  )
  expect(scan(document, {calls: 3}).results).toEqual([7, new RpcFault(-506, "Method 'nope' not defined"), []])
})

test('the answers before a list are known when its first row comes', () => {
  const one = (value: string): string => `<value><array><data>${value}</data></array></value>`
  const row = one('<value><string>a</string></value>')
  const document = whole(one(one('<value><i8>42</i8></value>') + one(one(row + row))))
  const scanner = new XmlRpcScanner(2, true)
  scanner.feed(Buffer.from(document))
  expect(scanner.nextRow()).toEqual(['a'])
  expect(scanner.results()[0]).toBe(42)
  expect(scanner.nextRow()).toEqual(['a'])
  expect(scanner.nextRow()).toBeNull()
  expect(scanner.finish()).toEqual([42, []])
})

test('a fault of the whole call is its only result', () => {
  const document = `${head}<fault>\r\n<value><struct>\r\n<member><name>faultCode</name>\r\n<value><i4>-503</i4></value></member>\r\n<member><name>faultString</name>\r\n<value><string>Could not find view.</string></value></member>\r\n</struct></value>\r\n</fault>\r\n</methodResponse>\r\n`
  expect(scan(document, {calls: 4, hasRows: true}).results).toEqual([
    new RpcFault(-503, 'Could not find view.'),
  ])
})

test('control characters and latin-1 names come through', () => {
  const bytes = Buffer.concat([
    Buffer.from(head + '<params><param><value><string>\x01bell\x07 caf'),
    Buffer.from([0xe9]),
    Buffer.from('</string></value></param></params></methodResponse>'),
  ])
  expect(scan(bytes).results).toEqual(['\x01bell\x07 café'])
})

test('a string that looks like a number stays a string', () => {
  expect(scan(whole('<value><string>007</string></value>')).results).toEqual(['007'])
})

test('base64 comes as bytes, nil as nothing', () => {
  expect(scan(whole('<value><base64>anVuaw==</base64></value>')).results).toEqual([Buffer.from('junk')])
  expect(scan(whole('<value><nil/></value>')).results).toEqual([''])
})

test.each([
  ['another document', '<html><body>hi</body></html>'],
  ['a document type', '<!DOCTYPE methodResponse [<!ENTITY a "b">]><methodResponse></methodResponse>'],
  [
    'tags that cross',
    `${head}<params><param><value><string>x</value></string></param></params></methodResponse>`,
  ],
  ['a word for a number', whole('<value><i8>many</i8></value>')],
  ['something behind the end', `${whole('<value><i8>1</i8></value>')}more`],
  ['a second answer', whole('<value><i8>1</i8></value>') + whole('<value><i8>1</i8></value>')],
])('%s is garbled', (_, document) => {
  expect(() => scan(document)).toThrow(Garbled)
})

test('a value without end is refused long before it fills the memory', () => {
  const scanner = new XmlRpcScanner(1, false, {maxValueBytes: 1000, maxDepth: 8})
  scanner.feed(Buffer.from(`${head}<params><param><value><string>`))
  scanner.nextRow()
  const endless = (): void => {
    for (let i = 0; i < 20; i++) {
      scanner.feed(Buffer.alloc(200, 'x'))
      scanner.nextRow()
    }
  }
  expect(endless).toThrow(Garbled)
})

test('nesting without end is refused', () => {
  expect(() => scan(head + '<params><param>' + '<value><array><data>'.repeat(100))).toThrow('nested too deep')
})

test('names of members cannot reach the prototype', () => {
  const document = whole(
    '<value><struct><member><name>__proto__</name><value><struct><member><name>x</name><value><i8>1</i8></value></member></struct></value></member></struct></value>',
  )
  const [value] = scan(document).results
  expect(Object.getPrototypeOf(value)).toBeNull()
  expect(({} as {x?: number}).x).toBeUndefined()
})

/* ───────────────────────────── writing ───────────────────────────── */

test('one call is written as tinyxml2 wants it: every string wrapped, nothing empty', () => {
  expect(writeXmlRpc([{method: 'd.custom1.set', params: ['AB', '', 5]}])).toBe(
    '<?xml version="1.0"?><methodCall><methodName>d.custom1.set</methodName><params><param><value><string>AB</string></value></param><param><value><string></string></value></param><param><value><i8>5</i8></value></param></params></methodCall>',
  )
})

test('several calls are one multicall, the name before the parameters', () => {
  const call = writeXmlRpc([
    {method: 'system.pid', params: []},
    {method: 'd.name', params: ['AB']},
  ])
  expect(call).toContain(
    '<struct><member><name>methodName</name><value><string>d.name</string></value></member><member><name>params</name><value><array><data><value><string>AB</string></value></data></array></value></member></struct>',
  )
})

test('signs of XML are escaped, bytes go as base64, what XML cannot say is left out', () => {
  const call = writeXmlRpc([{method: 'm', params: ['<a & b>\x00\x07', Buffer.from('junk')]}])
  expect(call).toContain('<string>&lt;a &amp; b&gt;</string>')
  expect(call).toContain('<base64>anVuaw==</base64>')
})
