import {expect, test} from 'vitest'
import {csvLine} from './csv.ts'

test.each([
  [['a', '1', ''], 'a,1,\r\n'],
  [['a,b', 'say "no"', 'a\nb', 'a; b'], '"a,b","say ""no""","a\nb","a; b"\r\n'],
  [['=1+1', '-5', '@x', '+1', ' =1', '＝1'], "'=1+1,'-5,'@x,'+1, '=1,'＝1\r\n"],
  [['\tx', '\r=1'], `"'\tx","'\r'=1"\r\n`],
  [['a-b', 'a = b', 'a; b-c'], 'a-b,a = b,"a; b-c"\r\n'],
])('%j is the line %j', (fields, line) => {
  expect(csvLine(fields)).toBe(line)
})

test('no cell is a formula, whatever separates cells and however quotes are read', () => {
  const ends = ['', 'x;', 'x\t', 'x|', 'x\n', 'x\r', 'x\r\n', 'x;;', 'x,;']
  const before = ['', ' ', '"', '""', ' " ', '\t']
  for (const end of ends)
    for (const gap of before)
      for (const sign of '=+-@＝＋－＠') {
        const cells = csvLine(['a', `${end}${gap}${sign}1`, 'b']).split(/[;|\t\r\n]|,(?=")|,(?=[^"]*$)/)
        expect(cells.filter((cell) => /^[\s"]*[=+\-@＝＋－＠]/.test(cell))).toEqual([])
      }
})
