<?xml version="1.0" encoding="UTF-8"?>
<!-- The first page: title, decision, conclusion, contents; then scope and provenance. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">

  <xsl:template name="front">
    <xsl:variable name="module" select="$assessment/target/module[1]"/>
    <header class="front">
      <h1><xsl:call-template name="say"><xsl:with-param name="id" select="'heading.report'"/></xsl:call-template></h1>
      <p class="subject">
        <xsl:choose>
          <xsl:when test="string($module/@label)"><xsl:value-of select="$module/@label"/></xsl:when>
          <xsl:when test="string($module/@app-id)"><xsl:value-of select="$module/@app-id"/></xsl:when>
          <xsl:otherwise><xsl:value-of select="$run/@file"/></xsl:otherwise>
        </xsl:choose>
        <xsl:if test="string($module/@version-name)">
          <span class="version"><xsl:value-of select="$module/@version-name"/></span>
        </xsl:if>
      </p>
      <dl class="pairs">
        <xsl:call-template name="pair"><xsl:with-param name="id" select="'report-number'"/><xsl:with-param name="value" select="$run/@report-number"/></xsl:call-template>
        <xsl:call-template name="pair"><xsl:with-param name="id" select="'revision'"/><xsl:with-param name="value" select="$run/@revision"/></xsl:call-template>
        <xsl:call-template name="pair"><xsl:with-param name="id" select="'client'"/><xsl:with-param name="value" select="$assessment/tailoring/@client"/></xsl:call-template>
        <xsl:call-template name="pair"><xsl:with-param name="id" select="'date'"/><xsl:with-param name="value" select="concat(translate($run/@finished, 'TZ', ' '), ' UTC')"/></xsl:call-template>
        <xsl:call-template name="pair"><xsl:with-param name="id" select="'as-of'"/><xsl:with-param name="value" select="$assessment/@as-of"/></xsl:call-template>
      </dl>
    </header>
    <section aria-labelledby="conclusion">
      <xsl:call-template name="heading"><xsl:with-param name="id" select="'conclusion'"/><xsl:with-param name="number" select="1"/></xsl:call-template>
      <xsl:call-template name="decision"/>
      <xsl:call-template name="glance"/>
      <xsl:call-template name="conclusion"/>
      <xsl:call-template name="failing"/>
      <xsl:call-template name="unknown-here"/>
      <xsl:call-template name="unknown-release"/>
      <xsl:call-template name="contents"/>
    </section>
  </xsl:template>

  <xsl:template name="decision">
    <xsl:variable name="outcome" select="$assessment/conclusion/@outcome"/>
    <xsl:variable name="deciding" select="$assessment/packs/pack/gate/failed[$outcome = 'failed'] | $assessment/packs/pack/gate/incomplete[$outcome = 'incomplete']"/>
    <div class="decision gate-{$outcome}">
      <svg viewBox="0 0 48 48" width="48" height="48" aria-hidden="true" focusable="false">
        <xsl:choose>
          <xsl:when test="$outcome = 'passed'">
            <circle cx="24" cy="24" r="21" class="ground"/><path d="M14 24.5l7 7 13-15" class="sign"/>
          </xsl:when>
          <xsl:when test="$outcome = 'failed'">
            <path d="M15.5 3h17L45 15.5v17L32.5 45h-17L3 32.5v-17z" class="ground"/><path d="M16 16l16 16M32 16L16 32" class="sign"/>
          </xsl:when>
          <xsl:otherwise>
            <path d="M24 4l21 38H3z" class="ground"/><path d="M24 18v11M24 34.5v1.5" class="sign"/>
          </xsl:otherwise>
        </xsl:choose>
      </svg>
      <div>
        <p class="word"><xsl:call-template name="say"><xsl:with-param name="id" select="concat('gate.', $outcome)"/></xsl:call-template></p>
        <p><xsl:call-template name="means"><xsl:with-param name="id" select="concat('gate.', $outcome)"/></xsl:call-template>
        <xsl:if test="$outcome != 'passed' and $deciding">
          <span lang="en"><xsl:text> </xsl:text></span>
          <xsl:call-template name="sentence"><xsl:with-param name="id" select="concat('conclusion.', $outcome)"/><xsl:with-param name="v1" select="count($deciding)"/></xsl:call-template>
        </xsl:if></p>
      </div>
    </div>
  </xsl:template>

  <!-- what fails, what is unknown and why, at one look -->
  <xsl:template name="glance">
    <xsl:variable name="all" select="$assessment/packs/pack/requirement"/>
    <xsl:variable name="unknown" select="$all[@verdict = 'unknown']"/>
    <ul class="glance">
      <xsl:call-template name="tile"><xsl:with-param name="class" select="'verdict-fail'"/><xsl:with-param name="id" select="'verdict.fail'"/><xsl:with-param name="n" select="count($all[@verdict = 'fail'])"/><xsl:with-param name="target" select="'failing'"/></xsl:call-template>
      <xsl:call-template name="tile"><xsl:with-param name="class" select="'verdict-unknown'"/><xsl:with-param name="id" select="'verdict.unknown'"/><xsl:with-param name="note" select="'because.bundle'"/><xsl:with-param name="n" select="count($unknown[@unknown-because = 'bundle'])"/><xsl:with-param name="target" select="'unknown-here'"/></xsl:call-template>
      <xsl:call-template name="tile"><xsl:with-param name="class" select="'verdict-unknown'"/><xsl:with-param name="id" select="'verdict.unknown'"/><xsl:with-param name="note" select="'because.release'"/><xsl:with-param name="n" select="count($unknown[@unknown-because = 'release'])"/><xsl:with-param name="target" select="'unknown-release'"/></xsl:call-template>
      <xsl:if test="$all[@verdict = 'error']"><xsl:call-template name="tile"><xsl:with-param name="class" select="'verdict-error'"/><xsl:with-param name="id" select="'verdict.error'"/><xsl:with-param name="n" select="count($all[@verdict = 'error'])"/><xsl:with-param name="target" select="'open'"/></xsl:call-template></xsl:if>
      <xsl:call-template name="tile"><xsl:with-param name="class" select="'verdict-notchecked'"/><xsl:with-param name="id" select="'verdict.notchecked'"/><xsl:with-param name="n" select="count($all[@verdict = 'notchecked'])"/><xsl:with-param name="target" select="'manual'"/></xsl:call-template>
      <xsl:call-template name="tile"><xsl:with-param name="class" select="'verdict-pass'"/><xsl:with-param name="id" select="'verdict.pass'"/><xsl:with-param name="n" select="count($all[@verdict = 'pass'])"/><xsl:with-param name="target" select="'passed'"/></xsl:call-template>
    </ul>
  </xsl:template>

  <xsl:template name="tile">
    <xsl:param name="class"/><xsl:param name="id"/><xsl:param name="note"/><xsl:param name="n"/><xsl:param name="target"/>
    <li>
      <xsl:attribute name="class"><xsl:choose><xsl:when test="$n = 0">none</xsl:when><xsl:otherwise><xsl:value-of select="$class"/></xsl:otherwise></xsl:choose></xsl:attribute>
      <strong><xsl:value-of select="$n"/></strong>
      <span class="what"><xsl:choose>
        <xsl:when test="$n = 0"><xsl:call-template name="say"><xsl:with-param name="id" select="$id"/></xsl:call-template></xsl:when>
        <xsl:otherwise><a href="#{$target}"><xsl:call-template name="say"><xsl:with-param name="id" select="$id"/></xsl:call-template></a></xsl:otherwise>
      </xsl:choose></span>
      <xsl:if test="$note"><span class="dim aside"><xsl:call-template name="say"><xsl:with-param name="id" select="$note"/></xsl:call-template></span></xsl:if>
    </li>
  </xsl:template>

  <xsl:template name="standard-name"><xsl:value-of select="@id"/><xsl:if test="string(@edition)"><xsl:choose><xsl:when test="contains(@id, '/T ') or starts-with(@id, 'GB ')">—</xsl:when><xsl:otherwise><xsl:text> </xsl:text></xsl:otherwise></xsl:choose><xsl:value-of select="@edition"/></xsl:if></xsl:template>

  <!-- the requirements that fail, those that decide the gate marked -->
  <xsl:template name="failing">
    <xsl:variable name="rows" select="$assessment/packs/pack/requirement[@verdict = 'fail']"/>
    <xsl:if test="$rows">
      <h3 id="failing"><xsl:call-template name="sentence"><xsl:with-param name="id" select="'say.failing'"/><xsl:with-param name="v1" select="count($rows)"/></xsl:call-template></h3>
      <div class="scroll" tabindex="0" role="group" aria-labelledby="failing"><table class="brief">
        <thead><tr>
          <xsl:call-template name="column"><xsl:with-param name="id" select="'severity'"/></xsl:call-template>
          <xsl:call-template name="column"><xsl:with-param name="id" select="'id'"/></xsl:call-template>
          <xsl:call-template name="column"><xsl:with-param name="id" select="'title'"/></xsl:call-template>
          <xsl:call-template name="column"><xsl:with-param name="id" select="'gate'"/></xsl:call-template>
          <xsl:call-template name="column"><xsl:with-param name="id" select="'failing-controls'"/></xsl:call-template>
        </tr></thead>
        <tbody>
          <xsl:for-each select="$rows">
            <xsl:sort data-type="number" select="string-length(substring-before('|critical|high|medium|low|info|', concat('|', @severity, '|')))"/>
            <tr>
              <td><xsl:call-template name="severity"><xsl:with-param name="name" select="@severity"/></xsl:call-template></td>
              <td><code><xsl:value-of select="@id"/></code></td>
              <td><xsl:call-template name="title"><xsl:with-param name="key" select="concat('requirement|', ../@id, '|', @id)"/></xsl:call-template></td>
              <td><xsl:if test="../gate/failed/@id = @id"><span class="blocks"><xsl:call-template name="label"><xsl:with-param name="id" select="'blocks'"/></xsl:call-template></span></xsl:if></td>
              <td class="ids"><xsl:for-each select="use[key('control', @id)/@verdict = 'fail' or not(key('control', @id))]"><xsl:if test="position() &gt; 1"><xsl:text> </xsl:text></xsl:if><xsl:call-template name="control-link"/></xsl:for-each></td>
            </tr>
          </xsl:for-each>
        </tbody>
      </table></div>
    </xsl:if>
  </xsl:template>

  <!-- what this bundle kept from being judged, and which parts of it -->
  <xsl:template name="unknown-here">
    <xsl:variable name="rows" select="$assessment/packs/pack/requirement[@unknown-because = 'bundle']"/>
    <xsl:if test="$rows">
      <h3 id="unknown-here"><xsl:call-template name="sentence"><xsl:with-param name="id" select="'say.unknown-bundle'"/><xsl:with-param name="v1" select="count($rows)"/></xsl:call-template></h3>
      <ul class="plain-list">
        <xsl:for-each select="$assessment/facts/sources/source[@status != 'complete' and @status != 'absent'][not(@status = 'unsupported') or gap[not(starts-with(@code, 'UNSUPPORTED_'))]]">
          <li><xsl:call-template name="say"><xsl:with-param name="id" select="concat('source.', @name)"/><xsl:with-param name="else" select="@name"/></xsl:call-template>
          <span lang="zh-CN">：</span><span lang="en">: </span>
          <xsl:choose>
            <xsl:when test="gap"><xsl:call-template name="say"><xsl:with-param name="id" select="concat('diag.', gap[1]/@code)"/><xsl:with-param name="else" select="gap[1]/@code"/></xsl:call-template></xsl:when>
            <xsl:otherwise><xsl:call-template name="means"><xsl:with-param name="id" select="concat('status.', @status)"/></xsl:call-template></xsl:otherwise>
          </xsl:choose>
          <xsl:if test="string(gap[1]/@in)"><xsl:text> </xsl:text><code><xsl:value-of select="gap[1]/@in"/></code></xsl:if></li>
        </xsl:for-each>
      </ul>
      <p class="ids"><xsl:for-each select="$rows"><xsl:if test="position() &gt; 1"><xsl:text> </xsl:text></xsl:if><code><xsl:value-of select="@id"/></code></xsl:for-each></p>
    </xsl:if>
  </xsl:template>

  <xsl:template name="unknown-release">
    <xsl:variable name="rows" select="$assessment/packs/pack/requirement[@unknown-because = 'release']"/>
    <xsl:if test="$rows">
      <h3 id="unknown-release"><xsl:call-template name="sentence"><xsl:with-param name="id" select="'say.unknown-release'"/><xsl:with-param name="v1" select="count($rows)"/></xsl:call-template></h3>
      <p><xsl:call-template name="say"><xsl:with-param name="id" select="'say.unknown-release-means'"/></xsl:call-template>
      <xsl:text> </xsl:text><a href="#release"><xsl:call-template name="say"><xsl:with-param name="id" select="'say.see-list'"/></xsl:call-template></a></p>
    </xsl:if>
  </xsl:template>

  <xsl:template name="conclusion">
    <xsl:variable name="zh">
      <xsl:for-each select="$assessment/conclusion/basis">
        <xsl:if test="position() &gt; 1">、</xsl:if>
        <xsl:value-of select="concat(key('prose', concat('pack|', @pack))/zh-CN/title, ' ', @version, '（', @profile, '）')"/>
      </xsl:for-each>
    </xsl:variable>
    <xsl:variable name="en">
      <xsl:for-each select="$assessment/conclusion/basis">
        <xsl:if test="position() &gt; 1">, </xsl:if>
        <xsl:value-of select="concat(key('prose', concat('pack|', @pack))/en/title, ' ', @version, ' (', @profile, ')')"/>
      </xsl:for-each>
    </xsl:variable>
    <xsl:variable name="module" select="$assessment/target/module[1]"/>
    <div class="conclusion">
      <p>
        <xsl:call-template name="sentence">
          <xsl:with-param name="id"><xsl:text>conclusion.sample</xsl:text><xsl:if test="not(string($module/@app-id))">-file</xsl:if></xsl:with-param>
          <xsl:with-param name="v1" select="$run/@file"/>
          <xsl:with-param name="v2" select="$module/@app-id"/>
          <xsl:with-param name="v3">
            <xsl:choose>
              <xsl:when test="string($module/@version-name)"><xsl:value-of select="$module/@version-name"/></xsl:when>
              <xsl:when test="string($module/@version-code)"><xsl:value-of select="$module/@version-code"/></xsl:when>
              <xsl:otherwise>—</xsl:otherwise>
            </xsl:choose>
          </xsl:with-param>
          <xsl:with-param name="v4" select="$assessment/conclusion/@sample"/>
        </xsl:call-template>
        <span lang="en"><xsl:text> </xsl:text></span>
        <xsl:call-template name="sentence">
          <xsl:with-param name="id" select="'conclusion.basis'"/>
          <xsl:with-param name="v1" select="string($zh)"/><xsl:with-param name="e1" select="string($en)"/>
          <xsl:with-param name="v2" select="$assessment/@as-of"/>
        </xsl:call-template>
        <xsl:if test="$assessment/packs/pack/standard">
          <span lang="en"><xsl:text> </xsl:text></span>
          <xsl:call-template name="sentence">
            <xsl:with-param name="id" select="'conclusion.standards'"/>
            <xsl:with-param name="v1"><xsl:for-each select="$assessment/packs/pack/standard"><xsl:if test="position() &gt; 1">、</xsl:if><xsl:call-template name="standard-name"/></xsl:for-each></xsl:with-param>
            <xsl:with-param name="e1"><xsl:for-each select="$assessment/packs/pack/standard"><xsl:if test="position() &gt; 1">, </xsl:if><xsl:call-template name="standard-name"/></xsl:for-each></xsl:with-param>
          </xsl:call-template>
        </xsl:if>
      </p>
      <xsl:for-each select="$assessment/packs/pack"><xsl:call-template name="pack-conclusion"/></xsl:for-each>
      <xsl:if test="$assessment/conclusion/@evaluated = 'false'">
        <p><strong><xsl:call-template name="say"><xsl:with-param name="id" select="'conclusion.nothing'"/></xsl:call-template></strong></p>
      </xsl:if>
      <p class="note"><xsl:call-template name="say"><xsl:with-param name="id" select="'conclusion.caveat'"/></xsl:call-template></p>
    </div>
  </xsl:template>

  <xsl:template name="pack-conclusion">
    <xsl:variable name="threshold" select="key('word', concat('severity.', gate/@fail-on))"/>
    <p>
      <xsl:call-template name="title"><xsl:with-param name="key" select="concat('pack|', @id)"/></xsl:call-template>
      <span lang="zh-CN">：</span><span lang="en">: </span>
      <xsl:call-template name="sentence">
        <xsl:with-param name="id" select="'conclusion.counts'"/>
        <xsl:with-param name="v1" select="count(requirement)"/>
        <xsl:with-param name="v2" select="tally/@pass"/><xsl:with-param name="v3" select="tally/@fail"/>
        <xsl:with-param name="v4" select="tally/@unknown"/><xsl:with-param name="v5" select="tally/@error"/>
        <xsl:with-param name="v6" select="tally/@notchecked"/><xsl:with-param name="v7" select="tally/@notapplicable"/>
      </xsl:call-template>
      <span lang="en"><xsl:text> </xsl:text></span>
      <xsl:call-template name="sentence">
        <xsl:with-param name="id" select="'conclusion.gate'"/>
        <xsl:with-param name="v1" select="key('word', concat('gate-id.', gate/@id))/zh-CN"/>
        <xsl:with-param name="e1" select="key('word', concat('gate-id.', gate/@id))/en"/>
        <xsl:with-param name="v2">
          <xsl:call-template name="fail-on"><xsl:with-param name="language" select="'zh'"/><xsl:with-param name="severity" select="$threshold/zh-CN"/></xsl:call-template>
        </xsl:with-param>
        <xsl:with-param name="e2">
          <xsl:call-template name="fail-on"><xsl:with-param name="language" select="'en'"/><xsl:with-param name="severity" select="$threshold/en"/></xsl:call-template>
        </xsl:with-param>
        <xsl:with-param name="v3" select="key('word', concat('gate.', gate/@outcome))/zh-CN"/>
        <xsl:with-param name="e3" select="key('word', concat('gate.', gate/@outcome))/en"/>
      </xsl:call-template>
    </p>
  </xsl:template>

  <xsl:template name="fail-on">
    <xsl:param name="language"/>
    <xsl:param name="severity"/>
    <xsl:variable name="id">conclusion.fail-on<xsl:if test="not(string($severity))">-none</xsl:if></xsl:variable>
    <xsl:variable name="word" select="key('word', $id)"/>
    <xsl:call-template name="fill">
      <xsl:with-param name="text"><xsl:choose><xsl:when test="$language = 'en'"><xsl:value-of select="$word/en"/></xsl:when><xsl:otherwise><xsl:value-of select="$word/zh-CN"/></xsl:otherwise></xsl:choose></xsl:with-param>
      <xsl:with-param name="v1" select="$severity"/>
    </xsl:call-template>
  </xsl:template>

  <xsl:template name="contents">
    <nav class="contents" aria-labelledby="contents">
      <p id="contents" class="caption"><xsl:call-template name="say"><xsl:with-param name="id" select="'heading.contents'"/></xsl:call-template></p>
      <ol>
        <xsl:for-each select="/result/words/word[starts-with(@id, 'heading.') and @id != 'heading.report' and @id != 'heading.contents']">
          <li><a href="#{substring-after(@id, 'heading.')}"><xsl:call-template name="say"><xsl:with-param name="id" select="@id"/></xsl:call-template></a></li>
        </xsl:for-each>
      </ol>
    </nav>
  </xsl:template>

  <!-- "v1 (SHA1): verified · v2: not verified REASON": the schemes and what they are worth -->
  <xsl:template match="signing">
    <div><dt><xsl:call-template name="label"><xsl:with-param name="id" select="'signing'"/></xsl:call-template></dt>
      <dd><xsl:call-template name="say"><xsl:with-param name="id"><xsl:choose>
          <xsl:when test="@signed = 'false'">say.unsigned</xsl:when>
          <xsl:otherwise><xsl:value-of select="concat('say.verified-', @verified)"/></xsl:otherwise>
        </xsl:choose></xsl:with-param></xsl:call-template>
        <xsl:if test="string(@reason)"><xsl:text> </xsl:text><code><xsl:value-of select="@reason"/></code></xsl:if>
        <xsl:for-each select="scheme"><br/>
          <xsl:call-template name="label"><xsl:with-param name="id" select="'scheme'"/></xsl:call-template><xsl:text> </xsl:text><code><xsl:value-of select="@name"/></code><xsl:text> </xsl:text>
          <xsl:call-template name="say"><xsl:with-param name="id"><xsl:choose>
            <xsl:when test="@used = 'false' and not(@reason)">say.scheme-unused</xsl:when>
            <xsl:otherwise><xsl:value-of select="concat('say.verified-', @verified)"/></xsl:otherwise>
          </xsl:choose></xsl:with-param></xsl:call-template>
          <xsl:if test="string(@reason)"><xsl:text> </xsl:text><code><xsl:value-of select="@reason"/></code></xsl:if>
          <xsl:if test="string(@digests)"><xsl:text> · </xsl:text><xsl:value-of select="@digests"/></xsl:if>
        </xsl:for-each></dd></div>
  </xsl:template>

  <xsl:template name="scope">
    <section aria-labelledby="scope">
      <xsl:call-template name="heading"><xsl:with-param name="id" select="'scope'"/><xsl:with-param name="number" select="2"/></xsl:call-template>
      <xsl:variable name="target" select="$assessment/target"/>
      <dl class="pairs wide">
        <xsl:call-template name="pair"><xsl:with-param name="id" select="'file'"/><xsl:with-param name="value" select="$run/@file"/><xsl:with-param name="class" select="'code'"/></xsl:call-template>
        <div><dt><xsl:call-template name="label"><xsl:with-param name="id" select="'platform'"/></xsl:call-template></dt>
          <dd><xsl:call-template name="say"><xsl:with-param name="id" select="concat('platform.', $target/@platform)"/><xsl:with-param name="else" select="$target/@platform"/></xsl:call-template>
          <xsl:text> · </xsl:text><xsl:value-of select="$target/@kind"/></dd></div>
        <div><dt><xsl:call-template name="label"><xsl:with-param name="id" select="'size'"/></xsl:call-template></dt>
          <dd><xsl:if test="$target/@size"><xsl:value-of select="format-number($target/@size, '#,##0')"/></xsl:if><xsl:text> </xsl:text><xsl:call-template name="label"><xsl:with-param name="id" select="'bytes'"/></xsl:call-template></dd></div>
        <xsl:call-template name="pair"><xsl:with-param name="id" select="'entries'"/><xsl:with-param name="value" select="$target/@entries"/></xsl:call-template>
        <div><dt>SHA-256</dt><dd class="code"><xsl:value-of select="$target/@sha256"/></dd></div>
        <div><dt>SM3</dt><dd class="code"><xsl:value-of select="$target/@sm3"/></dd></div>
        <div><dt>MD5</dt><dd class="code"><xsl:value-of select="$target/@md5"/></dd></div>
        <xsl:apply-templates select="$target/signing"/>
        <xsl:for-each select="$target/signer">
          <div><dt><xsl:call-template name="label"><xsl:with-param name="id" select="'signer'"/></xsl:call-template></dt>
            <dd class="code"><xsl:value-of select="@subject"/><br/><xsl:value-of select="@sha256"/><br/><xsl:value-of select="concat(@key-type, ' ', @key-bits)"/></dd></div>
        </xsl:for-each>
      </dl>
      <xsl:if test="$target/module">
        <div class="scroll" tabindex="0" role="group" aria-labelledby="scope"><table>
          <thead><tr>
            <xsl:call-template name="column"><xsl:with-param name="id" select="'module'"/></xsl:call-template>
            <xsl:call-template name="column"><xsl:with-param name="id" select="'package'"/></xsl:call-template>
            <xsl:call-template name="column"><xsl:with-param name="id" select="'version'"/></xsl:call-template>
            <xsl:call-template name="column"><xsl:with-param name="id" select="'min-sdk'"/></xsl:call-template>
            <xsl:call-template name="column"><xsl:with-param name="id" select="'target-sdk'"/></xsl:call-template>
          </tr></thead>
          <tbody>
            <xsl:for-each select="$target/module">
              <xsl:variable name="manifest" select="$target/manifest[@module = current()/@id][1]"/>
              <tr><td><code><xsl:value-of select="@id"/></code></td><td><code><xsl:value-of select="@app-id"/></code></td>
              <td><xsl:value-of select="@version-name"/><xsl:if test="@version-code"> (<xsl:value-of select="@version-code"/>)</xsl:if></td>
              <td><xsl:value-of select="$manifest/@effective-min-sdk"/></td><td><xsl:value-of select="$manifest/@effective-target-sdk"/></td></tr>
            </xsl:for-each>
          </tbody>
        </table></div>
      </xsl:if>
      <xsl:call-template name="sources"/>
      <xsl:call-template name="issues"/>
    </section>
  </xsl:template>

  <xsl:template name="sources">
    <xsl:variable name="short" select="$assessment/facts/sources/source[@status != 'complete' and @status != 'absent']"/>
    <p>
      <xsl:choose>
        <xsl:when test="$short"><xsl:call-template name="say"><xsl:with-param name="id" select="'say.gaps'"/></xsl:call-template></xsl:when>
        <xsl:otherwise><xsl:call-template name="say"><xsl:with-param name="id" select="'say.all-read'"/></xsl:call-template></xsl:otherwise>
      </xsl:choose>
    </p>
    <div class="scroll" tabindex="0" role="group" aria-labelledby="scope"><table class="sources">
      <thead><tr>
        <xsl:call-template name="column"><xsl:with-param name="id" select="'source'"/></xsl:call-template>
        <xsl:call-template name="column"><xsl:with-param name="id" select="'status'"/></xsl:call-template>
        <xsl:call-template name="column"><xsl:with-param name="id" select="'why-not-read'"/></xsl:call-template>
      </tr></thead>
      <tbody>
        <xsl:for-each select="$assessment/facts/sources/source">
          <xsl:sort data-type="number" select="string-length(substring-before('|error|limit|unsupported|partial|complete|absent|', concat('|', @status, '|')))"/>
          <tr>
            <td><xsl:call-template name="say"><xsl:with-param name="id" select="concat('source.', @name)"/><xsl:with-param name="else" select="@name"/></xsl:call-template></td>
            <td><xsl:call-template name="mark"><xsl:with-param name="kind" select="'status'"/><xsl:with-param name="name" select="@status"/></xsl:call-template></td>
            <td>
              <xsl:if test="gap">
                <ul class="bare">
                  <xsl:for-each select="gap[not(@code = preceding-sibling::gap[1]/@code)]">
                    <xsl:variable name="same" select="../gap[@code = current()/@code]"/>
                    <xsl:if test="count($same[1] | .) = 1">
                      <li><xsl:call-template name="diagnostic"><xsl:with-param name="code" select="@code"/></xsl:call-template>
                      <span class="aside"><xsl:for-each select="$same[position() &lt;= 5]"><xsl:if test="position() &gt; 1"><span lang="zh-CN">、</span><span lang="en">, </span></xsl:if><xsl:call-template name="entry"><xsl:with-param name="in" select="@in"/></xsl:call-template></xsl:for-each>
                      <xsl:if test="count($same) &gt; 5"><xsl:text> </xsl:text><xsl:call-template name="sentence"><xsl:with-param name="id" select="'say.of-all'"/><xsl:with-param name="v1" select="count($same)"/></xsl:call-template></xsl:if></span></li>
                    </xsl:if>
                  </xsl:for-each>
                </ul>
                <xsl:if test="@gaps &gt; count(gap)">
                  <xsl:call-template name="sentence"><xsl:with-param name="id" select="'label.more'"/><xsl:with-param name="v1" select="@gaps - count(gap)"/></xsl:call-template>
                </xsl:if>
              </xsl:if>
            </td>
          </tr>
        </xsl:for-each>
      </tbody>
    </table></div>
  </xsl:template>

  <!-- a code with its meaning -->
  <xsl:template name="diagnostic">
    <xsl:param name="code"/>
    <xsl:call-template name="say"><xsl:with-param name="id" select="concat('diag.', $code)"/><xsl:with-param name="else" select="''"/></xsl:call-template>
    <xsl:text> </xsl:text><code class="dim"><xsl:value-of select="$code"/></code>
  </xsl:template>

  <!-- one row for each code; the places of a code are listed as far as a reader looks at them -->
  <xsl:template name="issues">
    <xsl:variable name="issues" select="$assessment/facts/issues"/>
    <xsl:if test="$issues/issue">
      <h3 id="issues"><xsl:call-template name="label"><xsl:with-param name="id" select="'issues'"/></xsl:call-template></h3>
      <div class="scroll" tabindex="0" role="group" aria-labelledby="issues"><table class="issues">
        <thead><tr>
          <xsl:call-template name="column"><xsl:with-param name="id" select="'code'"/></xsl:call-template>
          <xsl:call-template name="column"><xsl:with-param name="id" select="'kind'"/></xsl:call-template>
          <xsl:call-template name="column"><xsl:with-param name="id" select="'count'"/><xsl:with-param name="class" select="'figure'"/></xsl:call-template>
          <xsl:call-template name="column"><xsl:with-param name="id" select="'places'"/></xsl:call-template>
        </tr></thead>
        <tbody>
          <xsl:for-each select="$issues/issue[generate-id() = generate-id(key('issue', @code)[1])]">
            <xsl:variable name="same" select="key('issue', @code)"/>
            <tr>
              <td><xsl:call-template name="say"><xsl:with-param name="id" select="concat('diag.', @code)"/><xsl:with-param name="else" select="''"/></xsl:call-template>
                <span class="aside"><code class="dim"><xsl:value-of select="@code"/></code></span></td>
              <td><xsl:call-template name="say"><xsl:with-param name="id" select="concat('kind.', @kind)"/><xsl:with-param name="else" select="@kind"/></xsl:call-template></td>
              <td class="figure"><xsl:value-of select="count($same)"/></td>
              <td><ul class="bare">
                <xsl:for-each select="$same[position() &lt;= 10]">
                  <li><xsl:call-template name="entry"><xsl:with-param name="in" select="@in"/></xsl:call-template>
                  <xsl:if test="@offset"><small><xsl:value-of select="concat(' @', @offset)"/></small></xsl:if>
                  <span class="dim aside" lang="en-US"><xsl:value-of select="@why"/></span></li>
                </xsl:for-each>
              </ul>
              <xsl:if test="count($same) &gt; 10"><xsl:call-template name="sentence"><xsl:with-param name="id" select="'label.more'"/><xsl:with-param name="v1" select="count($same) - 10"/></xsl:call-template></xsl:if></td>
            </tr>
          </xsl:for-each>
        </tbody>
      </table></div>
      <xsl:if test="$issues/@total &gt; count($issues/issue)">
        <p><xsl:call-template name="sentence"><xsl:with-param name="id" select="'label.more'"/><xsl:with-param name="v1" select="$issues/@total - count($issues/issue)"/></xsl:call-template></p>
      </xsl:if>
    </xsl:if>
  </xsl:template>

  <xsl:template name="provenance">
    <section aria-labelledby="provenance">
      <xsl:call-template name="heading"><xsl:with-param name="id" select="'provenance'"/><xsl:with-param name="number" select="3"/></xsl:call-template>
      <div class="scroll" tabindex="0" role="group" aria-labelledby="provenance"><table>
        <thead><tr>
          <xsl:call-template name="column"><xsl:with-param name="id" select="'pack'"/></xsl:call-template>
          <xsl:call-template name="column"><xsl:with-param name="id" select="'version'"/></xsl:call-template>
          <xsl:call-template name="column"><xsl:with-param name="id" select="'profile'"/></xsl:call-template>
          <xsl:call-template name="column"><xsl:with-param name="id" select="'gate'"/></xsl:call-template>
          <xsl:call-template name="column"><xsl:with-param name="id" select="'score'"/></xsl:call-template>
          <xsl:call-template name="column"><xsl:with-param name="id" select="'digest'"/></xsl:call-template>
        </tr></thead>
        <tbody>
          <xsl:for-each select="$assessment/packs/pack">
            <tr>
              <td><xsl:call-template name="title"><xsl:with-param name="key" select="concat('pack|', @id)"/></xsl:call-template><br/><code><xsl:value-of select="@id"/></code></td>
              <td><xsl:value-of select="@version"/></td><td><xsl:value-of select="@profile"/></td>
              <td><xsl:call-template name="say"><xsl:with-param name="id" select="concat('gate-id.', gate/@id)"/></xsl:call-template><br/>
                <xsl:call-template name="mark"><xsl:with-param name="kind" select="'gate'"/><xsl:with-param name="name" select="gate/@outcome"/></xsl:call-template></td>
              <td class="figure">
                <xsl:choose>
                  <xsl:when test="score/@available = 'true'"><xsl:value-of select="concat(score/@low, '–', score/@high, '%')"/></xsl:when>
                  <xsl:otherwise><xsl:call-template name="label"><xsl:with-param name="id" select="'not-available'"/></xsl:call-template></xsl:otherwise>
                </xsl:choose>
              </td>
              <td><code class="digest"><xsl:value-of select="@digest"/></code></td>
            </tr>
          </xsl:for-each>
        </tbody>
      </table></div>
      <p class="note"><xsl:call-template name="label"><xsl:with-param name="id" select="'score'"/></xsl:call-template><span lang="zh-CN">：</span><span lang="en">: </span><xsl:call-template name="label"><xsl:with-param name="id" select="'score-means'"/></xsl:call-template></p>
      <dl class="pairs wide">
        <xsl:call-template name="pair"><xsl:with-param name="id" select="'assessment-digest'"/><xsl:with-param name="value" select="$assessment/@digest"/><xsl:with-param name="class" select="'code'"/></xsl:call-template>
        <xsl:call-template name="pair"><xsl:with-param name="id" select="'facts-digest'"/><xsl:with-param name="value" select="$assessment/facts/@digest"/><xsl:with-param name="class" select="'code'"/></xsl:call-template>
        <xsl:call-template name="pair"><xsl:with-param name="id" select="'previous'"/><xsl:with-param name="value" select="$run/@previous"/><xsl:with-param name="class" select="'code'"/></xsl:call-template>
        <xsl:if test="$assessment/tailoring">
          <div><dt><xsl:call-template name="label"><xsl:with-param name="id" select="'tailoring'"/></xsl:call-template></dt>
          <dd class="code"><xsl:value-of select="concat($assessment/tailoring/@id, ' ', $assessment/tailoring/@version)"/><br/><xsl:value-of select="$assessment/tailoring/@digest"/></dd></div>
        </xsl:if>
        <xsl:call-template name="pair"><xsl:with-param name="id" select="'run-id'"/><xsl:with-param name="value" select="$run/@id"/><xsl:with-param name="class" select="'code'"/></xsl:call-template>
        <xsl:call-template name="pair"><xsl:with-param name="id" select="'tool'"/><xsl:with-param name="value" select="concat('Parasol ', $run/@tool)"/></xsl:call-template>
        <div><dt><xsl:call-template name="label"><xsl:with-param name="id" select="'libraries'"/></xsl:call-template></dt>
          <dd><xsl:for-each select="$run/library"><xsl:if test="position() &gt; 1">, </xsl:if><xsl:value-of select="concat(@name, ' ', @version)"/></xsl:for-each></dd></div>
        <div><dt><xsl:call-template name="label"><xsl:with-param name="id" select="'sandbox'"/></xsl:call-template></dt>
          <dd><xsl:for-each select="$run/sandbox-layer"><xsl:if test="position() &gt; 1">, </xsl:if><xsl:value-of select="."/></xsl:for-each>
          <xsl:if test="not($run/sandbox-layer)"><strong><xsl:call-template name="label"><xsl:with-param name="id" select="'no-sandbox'"/></xsl:call-template></strong></xsl:if></dd></div>
        <xsl:if test="$run/option">
          <div><dt><xsl:call-template name="label"><xsl:with-param name="id" select="'options'"/></xsl:call-template></dt>
          <dd class="code"><xsl:for-each select="$run/option"><xsl:if test="position() &gt; 1"><xsl:text> </xsl:text></xsl:if><xsl:value-of select="."/></xsl:for-each></dd></div>
        </xsl:if>
        <xsl:call-template name="pair"><xsl:with-param name="id" select="'threads'"/><xsl:with-param name="value" select="$run/@threads"/></xsl:call-template>
        <xsl:if test="$run/@peak-memory">
          <xsl:call-template name="pair"><xsl:with-param name="id" select="'peak-memory'"/><xsl:with-param name="value" select="concat(round($run/@peak-memory div 1048576), ' MiB')"/></xsl:call-template>
        </xsl:if>
        <xsl:for-each select="$run/warning">
          <div><dt><xsl:call-template name="label"><xsl:with-param name="id" select="'warnings'"/></xsl:call-template></dt>
          <dd><xsl:choose>
            <xsl:when test="contains(., 'sandbox was switched off')"><strong><xsl:call-template name="say"><xsl:with-param name="id" select="'summary.sandbox-off'"/></xsl:call-template></strong></xsl:when>
            <xsl:when test="contains(., 'layer of the sandbox')"><strong><xsl:call-template name="say"><xsl:with-param name="id" select="'summary.sandbox-partial'"/></xsl:call-template></strong></xsl:when>
            <xsl:otherwise><span lang="en-US"><xsl:value-of select="."/></span></xsl:otherwise>
          </xsl:choose></dd></div>
        </xsl:for-each>
      </dl>
    </section>
  </xsl:template>
</xsl:stylesheet>
