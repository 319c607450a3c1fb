document.title = 'Commodarr'
