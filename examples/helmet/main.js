// @ts-check
/**
 * Starts the shop: `node main.js before` with helmet, `node main.js after` with Cusp. PORT
 * overrides where.
 */

const which = process.argv[2] === 'before' ? 'before' : 'after'
const { app } = which === 'before' ? await import('./before.js') : await import('./after.js')
const port = Number(process.env['PORT'] || 3000)
app.listen(port, '127.0.0.1', (error) => {
  if (error) throw error
  console.log(`Tideline Books, ${which}, is at http://localhost:${port}`)
})
