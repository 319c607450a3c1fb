import {useLayoutEffect, useRef, useState} from 'react'
import {joined} from './joined.ts'
import {cutToWidth, fontChanges, fontOf} from './middle-cut.ts'
import {observeWidth} from './observe-width.ts'

/** A release name in the room there is, cut in its middle. The whole is its title, and what is read aloud. */
export function MiddleText({children: name, className}: {children: string; className?: string | undefined}) {
  const element = useRef<HTMLSpanElement>(null)
  const [shown, setShown] = useState(name)
  useLayoutEffect(() => {
    const it = element.current
    if (!it) return
    const font = fontOf(it)
    const fit = (width: number) => setShown(cutToWidth(name, width, font))
    const fitNow = () => fit(it.clientWidth)
    fitNow()
    const stopWidths = observeWidth(it, fit)
    const stopFonts = fontChanges.listen(fitNow)
    return () => {
      stopWidths()
      stopFonts()
    }
  }, [name])
  return (
    <span
      ref={element}
      title={name}
      className={joined('relative block min-w-0 overflow-hidden whitespace-nowrap', className)}
    >
      <span aria-hidden={shown === name ? undefined : true}>{shown}</span>
      {shown !== name && <span className="sr-only">{name}</span>}
    </span>
  )
}
