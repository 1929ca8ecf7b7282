<?xml version="1.0" encoding="UTF-8"?>
<!-- Controls: what fails, with evidence; what is open; what passed and what proves it. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">

  <xsl:template name="findings">
    <section aria-labelledby="findings">
      <xsl:call-template name="heading"><xsl:with-param name="id" select="'findings'"/><xsl:with-param name="number" select="8"/></xsl:call-template>
      <xsl:variable name="failed" select="key('control-verdict', 'fail')"/>
      <xsl:if test="not($failed)"><p><xsl:call-template name="say"><xsl:with-param name="id" select="'say.no-findings'"/></xsl:call-template></p></xsl:if>
      <xsl:call-template name="severity-group"><xsl:with-param name="rows" select="$failed[@severity = 'critical']"/></xsl:call-template>
      <xsl:call-template name="severity-group"><xsl:with-param name="rows" select="$failed[@severity = 'high']"/></xsl:call-template>
      <xsl:call-template name="severity-group"><xsl:with-param name="rows" select="$failed[@severity = 'medium']"/></xsl:call-template>
      <xsl:call-template name="severity-group"><xsl:with-param name="rows" select="$failed[@severity = 'low']"/></xsl:call-template>
      <xsl:call-template name="severity-group"><xsl:with-param name="rows" select="$failed[@severity = 'info']"/></xsl:call-template>
    </section>
  </xsl:template>

  <xsl:template name="severity-group">
    <xsl:param name="rows"/>
    <xsl:if test="$rows">
      <h3 class="group"><xsl:call-template name="say"><xsl:with-param name="id" select="concat('severity.', $rows[1]/@severity)"/></xsl:call-template><xsl:text> </xsl:text><span class="dim"><xsl:value-of select="count($rows)"/></span></h3>
      <xsl:apply-templates select="$rows"/>
    </xsl:if>
  </xsl:template>

  <xsl:template name="open">
    <section aria-labelledby="open">
      <xsl:call-template name="heading"><xsl:with-param name="id" select="'open'"/><xsl:with-param name="number" select="9"/></xsl:call-template>
      <xsl:variable name="error" select="key('control-verdict', 'error')"/>
      <xsl:variable name="unknown" select="key('control-verdict', 'unknown')"/>
      <xsl:variable name="waiting" select="$assessment/packs/pack/requirement[@unknown-because = 'release']"/>
      <xsl:if test="not($error or $unknown or $waiting)"><p><xsl:call-template name="say"><xsl:with-param name="id" select="'say.none-here'"/></xsl:call-template></p></xsl:if>
      <xsl:if test="$error"><h3 class="group"><xsl:call-template name="say"><xsl:with-param name="id" select="'verdict.error'"/></xsl:call-template></h3><xsl:apply-templates select="$error"/></xsl:if>
      <xsl:if test="$unknown[@unknown-because = 'bundle']">
        <h3 class="group"><xsl:call-template name="say"><xsl:with-param name="id" select="'group.bundle'"/></xsl:call-template></h3>
        <xsl:apply-templates select="$unknown[@unknown-because = 'bundle']"/>
      </xsl:if>
      <xsl:if test="$unknown[@unknown-because = 'release'] or $waiting">
        <h3 class="group" id="release"><xsl:call-template name="say"><xsl:with-param name="id" select="'group.release'"/></xsl:call-template></h3>
        <p><xsl:call-template name="say"><xsl:with-param name="id" select="'say.unknown-release-means'"/></xsl:call-template></p>
        <xsl:apply-templates select="$unknown[@unknown-because = 'release']"/>
        <xsl:if test="$waiting"><xsl:call-template name="waiting"><xsl:with-param name="rows" select="$waiting"/></xsl:call-template></xsl:if>
      </xsl:if>
    </section>
  </xsl:template>

  <!-- requirements that this release cannot decide for any bundle -->
  <xsl:template name="waiting">
    <xsl:param name="rows"/>
    <div class="scroll" tabindex="0" role="group" aria-labelledby="release"><table>
      <thead><tr>
        <xsl:call-template name="column"><xsl:with-param name="id" select="'id'"/></xsl:call-template>
        <xsl:call-template name="column"><xsl:with-param name="id" select="'title'"/></xsl:call-template>
        <xsl:call-template name="column"><xsl:with-param name="id" select="'severity'"/></xsl:call-template>
      </tr></thead>
      <tbody>
        <xsl:for-each select="$rows">
          <xsl:sort data-type="number" select="string-length(substring-before('|critical|high|medium|low|info|', concat('|', @severity, '|')))"/>
          <tr><td><code><xsl:value-of select="@id"/></code></td>
          <td><xsl:call-template name="title"><xsl:with-param name="key" select="concat('requirement|', ../@id, '|', @id)"/></xsl:call-template></td>
          <td><xsl:call-template name="severity"><xsl:with-param name="name" select="@severity"/></xsl:call-template></td></tr>
        </xsl:for-each>
      </tbody>
    </table></div>
  </xsl:template>

  <xsl:template match="control">
    <article id="c-{translate(@id, ' ', '_')}" class="control">
      <h4><code class="id"><xsl:value-of select="@id"/></code><xsl:text> </xsl:text><xsl:call-template name="title"><xsl:with-param name="key" select="concat('control|', @id)"/></xsl:call-template></h4>
      <p class="marks">
        <xsl:call-template name="mark"><xsl:with-param name="name" select="@verdict"/></xsl:call-template>
        <xsl:call-template name="severity"><xsl:with-param name="name" select="@severity"/></xsl:call-template>
        <xsl:for-each select="key('used-by', @id)"><code class="used"><xsl:value-of select="@id"/></code></xsl:for-each>
      </p>
      <xsl:variable name="prose" select="key('prose', concat('control|', @id))"/>
      <p><xsl:call-template name="both"><xsl:with-param name="zh" select="$prose/zh-CN/description"/><xsl:with-param name="en" select="$prose/en/description"/></xsl:call-template></p>
      <xsl:apply-templates select="step"/>
      <xsl:if test="$prose/*/fix and @verdict = 'fail'">
        <p class="fix"><strong><xsl:call-template name="label"><xsl:with-param name="id" select="'fix'"/></xsl:call-template></strong>
        <xsl:call-template name="both"><xsl:with-param name="zh" select="$prose/zh-CN/fix"/><xsl:with-param name="en" select="$prose/en/fix"/></xsl:call-template></p>
      </xsl:if>
      <xsl:call-template name="small-print"/>
    </article>
  </xsl:template>

  <xsl:template name="small-print">
    <p class="small">
      <xsl:if test="reference">
        <span><xsl:call-template name="label"><xsl:with-param name="id" select="'references'"/></xsl:call-template><xsl:text> </xsl:text>
        <xsl:for-each select="reference"><xsl:if test="position() &gt; 1">, </xsl:if><xsl:value-of select="."/></xsl:for-each></span>
      </xsl:if>
      <xsl:if test="parameter">
        <span><xsl:call-template name="label"><xsl:with-param name="id" select="'parameters'"/></xsl:call-template><xsl:text> </xsl:text>
        <xsl:for-each select="parameter"><xsl:if test="position() &gt; 1">, </xsl:if><code><xsl:value-of select="concat(@name, ' = ', @value)"/></code><xsl:if test="not(string(@value))"><xsl:call-template name="label"><xsl:with-param name="id" select="'empty'"/></xsl:call-template></xsl:if></xsl:for-each></span>
      </xsl:if>
      <xsl:if test="rests-on">
        <span><xsl:call-template name="label"><xsl:with-param name="id" select="'rests-on'"/></xsl:call-template><xsl:text> </xsl:text>
        <xsl:for-each select="rests-on"><xsl:if test="position() &gt; 1"><span lang="zh-CN">、</span><span lang="en">, </span></xsl:if><xsl:call-template name="say"><xsl:with-param name="id" select="concat('source.', @source)"/><xsl:with-param name="else" select="@source"/></xsl:call-template></xsl:for-each></span>
      </xsl:if>
    </p>
  </xsl:template>

  <xsl:template match="step">
    <div class="step">
      <p class="expected">
        <span class="tag"><xsl:call-template name="label"><xsl:with-param name="id" select="'expected'"/></xsl:call-template></span>
        <xsl:call-template name="expected"/>
      </p>
      <p class="seen">
        <span class="tag"><xsl:call-template name="label"><xsl:with-param name="id" select="'observed'"/></xsl:call-template></span>
        <xsl:call-template name="say"><xsl:with-param name="id" select="concat('verdict.', @verdict)"/></xsl:call-template>
        <xsl:if test="@kind != 'manual'"><xsl:text> · </xsl:text><xsl:call-template name="examined"/></xsl:if>
        <xsl:if test="string(@reason)"><xsl:text> · </xsl:text><span class="reason"><xsl:call-template name="reason"><xsl:with-param name="text" select="@reason"/></xsl:call-template></span></xsl:if>
      </p>
      <xsl:if test="@kind = 'require' and @verdict = 'fail' and not(finding)">
        <p><strong><xsl:call-template name="say"><xsl:with-param name="id" select="'say.nothing-found'"/></xsl:call-template></strong></p>
      </xsl:if>
      <xsl:if test="finding"><xsl:call-template name="evidence"/></xsl:if>
    </div>
  </xsl:template>

  <!-- "14 rows were examined; 2 are contrary", in numbers that agree -->
  <xsl:template name="examined">
    <xsl:variable name="id"><xsl:choose>
      <xsl:when test="@examined = 0">say.examined-0</xsl:when>
      <xsl:when test="@examined = 1">say.examined-1</xsl:when>
      <xsl:otherwise>say.examined-n</xsl:otherwise>
    </xsl:choose></xsl:variable>
    <xsl:call-template name="sentence"><xsl:with-param name="id" select="string($id)"/><xsl:with-param name="v1" select="@examined"/></xsl:call-template>
    <xsl:if test="@findings &gt; 0">
      <span lang="zh-CN">，</span><span lang="en">, </span>
      <xsl:call-template name="sentence"><xsl:with-param name="id" select="concat('say.evidence-', @verdict = 'fail')"/><xsl:with-param name="v1" select="@findings"/></xsl:call-template>
    </xsl:if>
  </xsl:template>

  <!-- "source NAME: STATUS" and "unread PATH", joined by "; ", in words; anything else as it is -->
  <xsl:template name="reason">
    <xsl:param name="text"/>
    <xsl:variable name="part"><xsl:choose>
      <xsl:when test="contains($text, '; ')"><xsl:value-of select="substring-before($text, '; ')"/></xsl:when>
      <xsl:otherwise><xsl:value-of select="$text"/></xsl:otherwise>
    </xsl:choose></xsl:variable>
    <xsl:variable name="name" select="substring-before(substring-after($part, 'source '), ': ')"/>
    <xsl:variable name="source" select="key('word', concat('source.', $name))"/>
    <xsl:variable name="status" select="key('word', concat('status.', substring-after($part, ': ')))"/>
    <xsl:choose>
      <xsl:when test="starts-with($part, 'source ') and $source and $status">
        <xsl:call-template name="sentence">
          <xsl:with-param name="id" select="'say.reason-source'"/>
          <xsl:with-param name="v1" select="$source/zh-CN"/><xsl:with-param name="e1" select="$source/en"/>
          <xsl:with-param name="v2" select="$status/zh-CN"/><xsl:with-param name="e2" select="$status/en"/>
        </xsl:call-template>
      </xsl:when>
      <xsl:when test="starts-with($part, 'unread ')">
        <xsl:call-template name="say"><xsl:with-param name="id" select="'say.reason-unread'"/></xsl:call-template><xsl:text> </xsl:text><code><xsl:value-of select="substring-after($part, 'unread ')"/></code>
      </xsl:when>
      <xsl:otherwise><span lang="en-US"><xsl:value-of select="$part"/></span></xsl:otherwise>
    </xsl:choose>
    <xsl:if test="contains($text, '; ')">
      <span lang="zh-CN">；</span><span lang="en">; </span>
      <xsl:call-template name="reason"><xsl:with-param name="text" select="substring-after($text, '; ')"/></xsl:call-template>
    </xsl:if>
  </xsl:template>

  <xsl:template name="expected">
    <xsl:choose>
      <xsl:when test="@kind = 'each'">
        <xsl:call-template name="label"><xsl:with-param name="id" select="'for-each'"/></xsl:call-template><xsl:text> </xsl:text><code><xsl:value-of select="for"/></code><xsl:text> </xsl:text>
        <xsl:call-template name="label"><xsl:with-param name="id" select="'condition'"/></xsl:call-template><xsl:text> </xsl:text><code><xsl:value-of select="select"/></code>
      </xsl:when>
      <xsl:when test="@kind = 'require'"><xsl:call-template name="label"><xsl:with-param name="id" select="'must-exist'"/></xsl:call-template><xsl:text> </xsl:text><code><xsl:value-of select="select"/></code></xsl:when>
      <xsl:when test="@kind = 'forbid'"><xsl:call-template name="label"><xsl:with-param name="id" select="'must-not-exist'"/></xsl:call-template><xsl:text> </xsl:text><code><xsl:value-of select="select"/></code></xsl:when>
      <xsl:otherwise><xsl:call-template name="label"><xsl:with-param name="id" select="'by-person'"/></xsl:call-template></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- rows of evidence say nothing in a language, so they stand once -->
  <xsl:template name="evidence">
    <!-- of what is only in doubt, examples are enough -->
    <xsl:variable name="most" select="10 + 1000000 * (@verdict = 'fail')"/>
    <div class="scroll" tabindex="0" role="group" aria-labelledby="findings"><table class="evidence">
      <thead><tr>
        <xsl:call-template name="column"><xsl:with-param name="id" select="'observed'"/></xsl:call-template>
        <xsl:call-template name="column"><xsl:with-param name="id" select="'in'"/></xsl:call-template>
        <xsl:call-template name="column"><xsl:with-param name="id" select="'fingerprint'"/></xsl:call-template>
      </tr></thead>
      <tbody><xsl:choose>
        <xsl:when test="$most = 10"><xsl:apply-templates select="finding[position() &lt;= 10]"/></xsl:when>
        <xsl:otherwise><xsl:apply-templates select="finding"/></xsl:otherwise>
      </xsl:choose></tbody>
    </table></div>
    <xsl:if test="@verdict != 'fail'"><p class="note"><xsl:call-template name="say"><xsl:with-param name="id" select="'say.in-doubt'"/></xsl:call-template></p></xsl:if>
    <xsl:variable name="left" select="@findings - count(finding) + (count(finding) - $most) * (count(finding) &gt; $most)"/>
    <xsl:if test="$left &gt; 0">
      <p class="note"><xsl:call-template name="sentence"><xsl:with-param name="id" select="'label.more'"/><xsl:with-param name="v1" select="$left"/></xsl:call-template></p>
    </xsl:if>
  </xsl:template>

  <!-- few nodes for each finding: there can be thousands -->
  <xsl:template match="finding">
    <tr>
      <td><xsl:for-each select="observed"><b><xsl:value-of select="@name"/></b><xsl:text> </xsl:text><xsl:choose><xsl:when test="@date"><xsl:value-of select="@date"/><small> (<xsl:value-of select="@value"/>)</small></xsl:when><xsl:otherwise><xsl:value-of select="@value"/></xsl:otherwise></xsl:choose><xsl:text> </xsl:text></xsl:for-each>
        <xsl:for-each select="excerpt"><pre><xsl:value-of select="."/></pre></xsl:for-each>
        <xsl:if test="@possible = 'true' and ../@verdict = 'fail'"><em><xsl:call-template name="label"><xsl:with-param name="id" select="'possible'"/></xsl:call-template></em></xsl:if></td>
      <td><code><xsl:value-of select="@in"/></code><xsl:for-each select="@offset"><small> @<xsl:value-of select="."/></small></xsl:for-each><xsl:for-each select="@count[. != '1']"><small> ×<xsl:value-of select="."/></small></xsl:for-each></td>
      <td><code><xsl:value-of select="@fingerprint"/></code></td>
    </tr>
  </xsl:template>

  <xsl:template name="passed">
    <section aria-labelledby="passed">
      <xsl:call-template name="heading"><xsl:with-param name="id" select="'passed'"/><xsl:with-param name="number" select="10"/></xsl:call-template>
      <xsl:variable name="rows" select="key('control-verdict', 'pass')"/>
      <xsl:choose>
        <xsl:when test="$rows">
          <div class="scroll" tabindex="0" role="group" aria-labelledby="passed"><table>
            <thead><tr>
              <xsl:call-template name="column"><xsl:with-param name="id" select="'id'"/></xsl:call-template>
              <xsl:call-template name="column"><xsl:with-param name="id" select="'control'"/></xsl:call-template>
              <xsl:call-template name="column"><xsl:with-param name="id" select="'severity'"/></xsl:call-template>
              <xsl:call-template name="column"><xsl:with-param name="id" select="'examined'"/><xsl:with-param name="class" select="'figure'"/></xsl:call-template>
              <xsl:call-template name="column"><xsl:with-param name="id" select="'expected'"/></xsl:call-template>
            </tr></thead>
            <tbody>
              <xsl:for-each select="$rows">
                <tr id="c-{translate(@id, ' ', '_')}">
                  <td><code><xsl:value-of select="@id"/></code></td>
                  <td><xsl:call-template name="title"><xsl:with-param name="key" select="concat('control|', @id)"/></xsl:call-template></td>
                  <td><xsl:call-template name="severity"><xsl:with-param name="name" select="@severity"/></xsl:call-template></td>
                  <td class="figure"><xsl:value-of select="sum(step/@examined)"/></td>
                  <td class="expected"><xsl:for-each select="step"><div><xsl:call-template name="expected"/></div></xsl:for-each></td>
                </tr>
              </xsl:for-each>
            </tbody>
          </table></div>
        </xsl:when>
        <xsl:otherwise><p><xsl:call-template name="say"><xsl:with-param name="id" select="'say.none-here'"/></xsl:call-template></p></xsl:otherwise>
      </xsl:choose>
    </section>
  </xsl:template>

  <xsl:template name="manual">
    <section aria-labelledby="manual">
      <xsl:call-template name="heading"><xsl:with-param name="id" select="'manual'"/><xsl:with-param name="number" select="11"/></xsl:call-template>
      <xsl:variable name="controls" select="key('control-verdict', 'notchecked')"/>
      <xsl:variable name="asked" select="$assessment/packs/pack/requirement[@verdict = 'notchecked' and @manual = 'true']"/>
      <xsl:choose>
        <xsl:when test="$controls or $asked">
          <div class="scroll" tabindex="0" role="group" aria-labelledby="manual"><table class="checklist">
            <thead><tr>
              <xsl:call-template name="column"><xsl:with-param name="id" select="'id'"/></xsl:call-template>
              <xsl:call-template name="column"><xsl:with-param name="id" select="'title'"/></xsl:call-template>
              <xsl:call-template name="column"><xsl:with-param name="id" select="'outcome'"/></xsl:call-template>
              <xsl:call-template name="column"><xsl:with-param name="id" select="'method'"/></xsl:call-template>
              <xsl:call-template name="column"><xsl:with-param name="id" select="'done-by'"/></xsl:call-template>
            </tr></thead>
            <tbody>
              <xsl:for-each select="$asked">
                <xsl:call-template name="manual-row"><xsl:with-param name="key" select="concat('requirement|', ../@id, '|', @id)"/></xsl:call-template>
              </xsl:for-each>
              <xsl:for-each select="$controls">
                <xsl:call-template name="manual-row"><xsl:with-param name="key" select="concat('control|', @id)"/><xsl:with-param name="target" select="concat('c-', translate(@id, ' ', '_'))"/></xsl:call-template>
              </xsl:for-each>
            </tbody>
          </table></div>
        </xsl:when>
        <xsl:otherwise><p><xsl:call-template name="say"><xsl:with-param name="id" select="'say.no-manual'"/></xsl:call-template></p></xsl:otherwise>
      </xsl:choose>
    </section>
  </xsl:template>

  <xsl:template name="manual-row">
    <xsl:param name="key"/>
    <xsl:param name="target"/>
    <xsl:variable name="prose" select="key('prose', $key)"/>
    <tr>
      <xsl:if test="$target"><xsl:attribute name="id"><xsl:value-of select="$target"/></xsl:attribute></xsl:if>
      <td><code><xsl:value-of select="@id"/></code></td>
      <td><xsl:call-template name="title"><xsl:with-param name="key" select="$key"/></xsl:call-template>
        <span class="dim aside"><xsl:call-template name="both"><xsl:with-param name="zh" select="$prose/zh-CN/description"/><xsl:with-param name="en" select="$prose/en/description"/></xsl:call-template></span></td>
      <td class="choices"><span>□ <xsl:call-template name="say"><xsl:with-param name="id" select="'verdict.pass'"/></xsl:call-template></span> <span>□ <xsl:call-template name="say"><xsl:with-param name="id" select="'verdict.fail'"/></xsl:call-template></span> <span>□ <xsl:call-template name="say"><xsl:with-param name="id" select="'verdict.notapplicable'"/></xsl:call-template></span></td>
      <td class="blank"/>
      <td class="blank"/>
    </tr>
  </xsl:template>

  <xsl:template name="other">
    <section aria-labelledby="other">
      <xsl:call-template name="heading"><xsl:with-param name="id" select="'other'"/><xsl:with-param name="number" select="12"/></xsl:call-template>
      <xsl:variable name="rows" select="key('control-verdict', 'notapplicable') | key('control-verdict', 'notselected') | key('control-verdict', 'informational')"/>
      <xsl:choose>
        <xsl:when test="$rows">
          <div class="scroll" tabindex="0" role="group" aria-labelledby="other"><table>
            <thead><tr>
              <xsl:call-template name="column"><xsl:with-param name="id" select="'id'"/></xsl:call-template>
              <xsl:call-template name="column"><xsl:with-param name="id" select="'control'"/></xsl:call-template>
              <xsl:call-template name="column"><xsl:with-param name="id" select="'verdict'"/></xsl:call-template>
            </tr></thead>
            <tbody>
              <xsl:for-each select="$rows">
                <tr id="c-{translate(@id, ' ', '_')}"><td><code><xsl:value-of select="@id"/></code></td>
                <td><xsl:call-template name="title"><xsl:with-param name="key" select="concat('control|', @id)"/></xsl:call-template></td>
                <td><xsl:call-template name="mark"><xsl:with-param name="name" select="@verdict"/></xsl:call-template></td></tr>
              </xsl:for-each>
            </tbody>
          </table></div>
        </xsl:when>
        <xsl:otherwise><p><xsl:call-template name="say"><xsl:with-param name="id" select="'say.none-here'"/></xsl:call-template></p></xsl:otherwise>
      </xsl:choose>
    </section>
  </xsl:template>
</xsl:stylesheet>
